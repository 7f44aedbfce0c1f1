select lane, next from engine.projection_vector order by lane
