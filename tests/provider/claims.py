"""What the provider says of somebody: what the tests put into the person's `first_name` as JSON."""

import json
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):
    """Adds the claims that the test gave."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        """Claims beside the standard ones."""
        return dict(json.loads(request.user.last_name or "{}"))
