#!/bin/sh
# Makes the services' roles when the container's PostgreSQL starts for the first time: the same roles
# that `python3 -m devstack up` makes. Superuser stays `postgres`; `owner` owns the database.
set -eu

for role in web relay scheduler modules registration payments notifications replay; do
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set role="$role" \
        --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password SERVICE_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB PASSWORD %L', :'role', :'password') \gexec
SQL
done

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password SERVICE_PASSWORD
SELECT format('CREATE ROLE owner LOGIN NOSUPERUSER CREATEDB PASSWORD %L', :'password')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'owner') \gexec
-- `manage.py replay` rebuilds under the role that reads nothing but events.
GRANT replay, pg_signal_backend TO owner;
SELECT format('ALTER DATABASE %I OWNER TO owner', current_database()) \gexec
SQL
