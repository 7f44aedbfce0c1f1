select count(*) filter (where state = 'open') as open, count(*) filter (where state = 'taken') as taken
from read.notification where workspace_id = $1 and state in ('open', 'taken')
