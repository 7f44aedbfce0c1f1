select count(*)::float8 as count from read.contact where workspace_id = $1 and linked_to is null and not deleted and not erased
