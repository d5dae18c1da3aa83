"""The product's application with Django's own ASGI handler in it: the baseline of benchmarks/requests.py."""

from django.core.handlers.asgi import ASGIHandler

from review import asgi

asgi.django_application = ASGIHandler()  # type: ignore[assignment]  # in place of the handler of ours
application = asgi.application
