"""Gunicorn in production: `gunicorn sofi.wsgi` (README.md § Deployment).

Gunicorn itself reads PORT, WEB_CONCURRENCY and FORWARDED_ALLOW_IPS (the addresses of the proxy whose
X-Forwarded-Proto is believed).
"""

from sofi.configuration import read_or_exit

# Here, once, in the parent: a worker ended by a wrong setting would be started again for ever.
read_or_exit()

worker_class = "gthread"
threads = 4
workers = 2
timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
accesslog = "-"
errorlog = "-"
