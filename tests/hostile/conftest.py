"""An application without the model, as in `tests.api`."""

from tests.api.conftest import make_small_client, small, small_client

__all__ = ["make_small_client", "small", "small_client"]
