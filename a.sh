. /tmp/s2/env.sh
rm -rf $HOME; mkdir -p $HOME
start
l 'host add web1 --mac 02:00:00:00:00:01 --ip 10.1.1.5'
l 'host -q remove web1'
scr quiet-before
l 'host --server=127.0.0.1 remove web1'
scr server-before
$T send-keys -l n; $T send-keys Enter
l 'host remove web1 -qn'
l 'host remove web1 -qv'
k n Enter
l 'host remove -q -- web1 --yes'
k n Enter
scr q
l 'host add -- -n --mac 02:00:00:00:00:02'
l 'host add --mac 02:00:00:00:00:02 --ip 10.1.1.9 -- -n'
l 'host remove -- -n'
scr dashn
l 'host rem web1'
l 'host remove web1 --ye'
l 'host remove web1 --dry'
k n Enter
scr abbrev
l 'host add key 02:00:00:00:00:07'
l 'record /tmp/s2/rec'
l 'host add key --mac 02:00:00:00:00:07 --ip 10.1.1.77'
l 'record off'
l '!cat /tmp/s2/rec; rm /tmp/s2/rec'
scr rec
l quit
