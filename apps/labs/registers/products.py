from django.utils.translation import gettext_lazy as _

from apps.labs.models import DevelopedProduct
from apps.registers.declaration import Register, declare

PRODUCTS = declare(
    Register(
        model=DevelopedProduct,
        key=("code",),
        named_by="name",
        title=_("Sản phẩm đo lường được phát triển"),
        short=_("Sản phẩm đo lường"),
        noun=_("sản phẩm"),
        add_words=_("Thêm sản phẩm"),
        icon="box",
        export_name="san-pham-do-luong",
        told_apart_by=("producer",),
        lead=_("Nguồn tính mục tiêu MT3 · mỗi sản phẩm được tính một lần, vào ngày nghiệm thu"),
        source="labs.developed_product",
        counted_on="accepted_on",
    )
)
