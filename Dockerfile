# One image for every process; docker-compose.yml gives each its command.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

WORKDIR /app

COPY requirements.txt ./
RUN pip install --require-hashes --no-deps -r requirements.txt

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin registration \
    && mkdir -p .run/mail \
    && chown -R registration:registration .run

COPY . .
RUN SECRET_KEY=only-to-collect-the-static-files-of-this-image-0123456789 \
    DATABASE_URL=postgresql://web@localhost/none \
    REDIS_URL=redis://localhost/0 \
    BROKER_URL=amqp://localhost// \
    ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --no-input

USER registration
EXPOSE 8000
CMD ["python", "run.py", "web"]
