"""Gunicorn reads this file from the working directory by itself."""
import os

bind = os.environ.get("BIND", "0.0.0.0:8000")
# 4 x 40 = 160 threads, and Django opens one connection per thread: more than PostgreSQL's max_connections = 100,
# less than the pooler's max_client_conn = 200.
worker_class = "gthread"
workers = 4
threads = 40
timeout = 60
