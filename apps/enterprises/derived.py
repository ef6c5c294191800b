from apps.core.derived import Derived, watch
from apps.enterprises import places

watch(Derived("địa bàn", places.disagreements, places.repair))
