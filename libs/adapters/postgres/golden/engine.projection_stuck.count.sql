select w.name as workspace, count(*) as contacts
from engine.projection_stuck t join registry.workspace w on w.id = t.workspace_id
group by w.name order by w.name
