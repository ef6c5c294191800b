"""How the API's framework and the description of the API are set; of the machine only what is handed in."""

from typing import Any

from program996.api_description import API_DESCRIPTION

# Of kinds that would else be called after the first field that has them.
NAMES = {
    "TaskStateEnum": "apps.tasks.moving.State",
    "StageEnum": "apps.tasks.models.money.Stage",
    "ProgrammeStageEnum": "apps.enterprises.models.ProgrammeEvent.Stage",
    "ActivityEnum": "apps.labs.models.Activity",
    "FormEnum": "apps.enterprises.models.AssuranceProgramme.Form",
    "RecipientKindEnum": "apps.enterprises.models.SupportActivity.Recipient",
    "ProgrammeActivityEnum": "apps.enterprises.models.ProgrammeEvent.Activity",
    "RowActionsEnum": "apps.registers.serializers.ACTIONS",
    "EnterpriseActionsEnum": "apps.enterprises.serializers.ENTERPRISE_ACTIONS",
    "EventActionsEnum": "apps.enterprises.serializers.EVENT_ACTIONS",
    "AllowedActionsEnum": "apps.tasks.serializers.VERB_WORDS",
    "ReportActionsEnum": "apps.reports.serializers.VERB_WORDS",
    "ReportStateEnum": "apps.reports.moving.State",
    "RoundStateEnum": "apps.reports.models.ReportingRound.State",
    "RoundKindEnum": "apps.reports.models.ReportingRound.Kind",
    "BookKindEnum": "apps.publications.models.books.Kind",
    "BookSpanEnum": "apps.publications.models.ReportBook.Span",
    "BookEndingEnum": "apps.publications.api.ENDINGS",
    "CellKindEnum": "apps.reports.models.FormCell.Kind",
    "TaskKindEnum": "apps.tasks.models.PlanTask.Kind",
    "ExtensionStateEnum": "apps.tasks.models.Extension.State",
    "BudgetSourceEnum": "apps.tasks.models.money.Source",
    "ProductKindEnum": "apps.labs.models.ProductKind",
    "ComparisonKindEnum": "apps.labs.models.ComparisonKind",
    "BodyKindEnum": "apps.labs.models.BodyKind",
    "InspectionKindEnum": "apps.activities.models.Inspection.Kind",
    "PolicyKindEnum": "apps.activities.models.Policy.Kind",
    "PolicyStageEnum": "apps.activities.models.Policy.Stage",
    "OutcomeEnum": "apps.activities.models.HighTechProduct.Outcome",
    "ConferenceKindEnum": "apps.activities.models.PublicEvent.Kind",
    "ChannelEnum": "apps.activities.models.Communication.Channel",
    "AwardFormEnum": "apps.activities.models.Award.Form",
    "AwardRecipientEnum": "apps.activities.models.Award.Recipient",
    "AgreementKindEnum": "apps.activities.models.Agreement.Kind",
    "PlaceRoleEnum": "apps.activities.models.InternationalMembership.Role",
    "ExchangeKindEnum": "apps.activities.models.Exchange.Kind",
    "AllocationStateEnum": "apps.allocations.models.Allocation.State",
    "ReceiverStateEnum": "apps.webhooks.models.Subscription.State",
    "ReceiverActionsEnum": "apps.webhooks.serializers.RECEIVER_ACTIONS",
    "DeliveryStateEnum": "apps.webhooks.models.Delivery.State",
    "DeliveryActionsEnum": "apps.webhooks.serializers.DELIVERY_ACTIONS",
}


def rest_framework(proxies: int) -> dict[str, Any]:
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "apps.people.authentication.TokenAuthentication",  # the first says what an answer of 401 asks for
            "rest_framework.authentication.SessionAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": [
            "apps.people.scopes.TokenScopes",
            "apps.core.permissions.ModelPermissions",
        ],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.TextJSONParser"],
        "DEFAULT_PAGINATION_CLASS": "apps.core.listing.Pagination",
        "DEFAULT_FILTER_BACKENDS": ["apps.core.listing.StrictFilterBackend"],
        "DEFAULT_SCHEMA_CLASS": "apps.apidocs.naming.NamedSchema",
        "DEFAULT_THROTTLE_CLASSES": ["apps.core.throttles.PersonThrottle"],
        "EXCEPTION_HANDLER": "apps.core.api.exception_handler",
        "NUM_PROXIES": proxies,
    }


def spectacular(site: str) -> dict[str, Any]:
    return {
        "TITLE": "API Đề án 996",
        "DESCRIPTION": API_DESCRIPTION,
        "VERSION": "1.0.0",
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVERS": [{"url": site}],
        "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "apps.apidocs.naming.name_resources",
            "apps.apidocs.naming.give_examples",
        ],
        "SCHEMA_PATH_PREFIX": r"/api/v1",
        "ENUM_NAME_OVERRIDES": NAMES,
    }
