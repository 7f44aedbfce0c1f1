select url_wrapped as url, secret_wrapped as secret,
  case when old_secret_until > now() then old_secret_wrapped end as "oldSecret", state, hold_until as "holdUntil"
from registry.webhook where workspace_id = $1 and id = $2
