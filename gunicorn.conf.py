"""Gunicorn in production: `gunicorn sofi.wsgi` (README.md § Deployment). Its command line wins over this."""

import os

from sofi.configuration import read_or_exit

# Here, once, in the parent: a worker ended by a wrong setting would be started again for ever.
read_or_exit()

# A page never holds the database longer than this (milliseconds); imports, run by hand, may.
os.environ.setdefault(
    "PGOPTIONS",
    "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
)

worker_class = "gthread"
threads = 4
workers = 2
timeout = 30
graceful_timeout = 30
keepalive = 5
# The most it takes: a page pasted in a search is refused by a page of ours, not by gunicorn's in English.
limit_request_line = 8190
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
accesslog = "-"
# The « combined » format and the milliseconds; neither the query nor the page before, which hold words that
# people searched, e-mails and the secrets of links.
logger_class = "sofi.traces.JournalAcces"
access_log_format = '%(h)s - - %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s "-" "%(a)s" %(M)s'
errorlog = "-"
