#!/bin/sh
# Whether the pooler answers. It asks for the console's database: that takes no server connection, so neither a pool whose
# servers are all at work nor a PostgreSQL that is away makes a healthy pooler look ill.
exec pg_isready -q -d 'service=pgsluice dbname=pgbouncer'
