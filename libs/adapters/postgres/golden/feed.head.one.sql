select position, floor, floor_mark as "floorMark" from feed.head where workspace_id = $1
