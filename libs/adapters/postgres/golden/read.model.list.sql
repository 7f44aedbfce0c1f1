select name, version from read.model order by name
