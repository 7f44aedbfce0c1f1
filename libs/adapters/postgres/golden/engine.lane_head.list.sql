select lane, next from engine.lane_head where lane between $1 and $2
