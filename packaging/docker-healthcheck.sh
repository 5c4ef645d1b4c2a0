#!/bin/sh
# A query all the way to PostgreSQL where the container's environment names the user; with a configuration file, whose
# passwords are not ours to take, only whether the pooler answers.
if [ -s "$PGPASSFILE" ]; then
    psql -X -w -A -t -q -c 'SELECT 1' service=pgsluice >/dev/null || exit 1
else
    pg_isready -q -d service=pgsluice || exit 1
fi
