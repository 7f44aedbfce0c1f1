insert into imports.import (workspace_id, id, kind, source_id, wish, key_wrapped, size)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
