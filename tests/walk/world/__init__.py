"""What lies in the world of the walk. A module here per app; each adds its objects to every unit."""

from importlib import import_module
from pkgutil import iter_modules

from tests.walk.world.base import World, build

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["World", "build"]
