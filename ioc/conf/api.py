"""The API of all rooms, described at /api/docs."""

from ninja import NinjaAPI

from ioc.conf.docs import ApiDocs
from ioc.kernel.problems import add_problem_handlers
from ioc.onscene.api import maps, reports

api = NinjaAPI(
    title="Intelligent Operations Center",
    version="1",
    description="What the pages do, for programs. Errors are RFC 9457 problem details.",
    docs=ApiDocs(),
    docs_url="/docs",
    openapi_url="/openapi.json",
    urls_namespace="api",
)
add_problem_handlers(api)
# Before the reports themselves: "map" is no code.
api.add_router("/reports/map", maps.router)
api.add_router("/reports", reports.router)
