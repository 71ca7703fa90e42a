"""The settings of Celery, which reads them among Django's."""

from project.ops import env

# Celery on RabbitMQ: `project.bus.queues` declares the queues. Progress is stored in PostgreSQL, so
# no results are needed.
CELERY_BROKER_URL = env.service_url("BROKER_URL", "amqp", "amqps")
# Without confirms a publish may be lost unnoticed; without time-outs a broker in alarm blocks
# publishers for ever.
CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True, "read_timeout": 5, "write_timeout": 5}
# Pools may start before the broker, and never give up on it.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True  # else consumer_timeout kills the worker
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 5  # the default waits for ever
# Celery wants a default queue, but nothing goes there: each task names its queue, which
# project.E003 checks. Any queue with a consumer will do; in one without, a stray task would stay
# unnoticed.
CELERY_TASK_DEFAULT_QUEUE = "announce"
CELERY_TASK_DEFAULT_ROUTING_KEY = "announce"
CELERY_TASK_DEFAULT_EXCHANGE = "work"
CELERY_TASK_DEFAULT_EXCHANGE_TYPE = "topic"
CELERY_TASK_CREATE_MISSING_QUEUES = False  # else a typo makes a queue nobody reads
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]  # else a message may run code
# A worker or pool child that is killed requeues what it was doing.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_RESULT_BACKEND = None
CELERY_TASK_TIME_LIMIT = 120  # the broker kills a worker whose task takes 30 minutes
CELERY_TASK_SOFT_TIME_LIMIT = 90
# Else a pool starts without the next step's queue, and makes 28 for delayed tasks.
CELERY_WORKER_CONSUMER = "project.bus.worker:Consumer"
CELERY_WORKER_PREFETCH_MULTIPLIER = 10  # below, a solo worker sleeps between tasks
# Else a task runs twice at the same time after a lost connection.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_CONTROL_QUEUE_EXCLUSIVE = False  # else a quick restart is refused by the broker
CELERY_TIMEZONE = "UTC"
CELERY_DB_REUSE_MAX = 10**9  # Celery closes its connections otherwise
