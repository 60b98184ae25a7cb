. /tmp/s2/env.sh
rm -rf $HOME; mkdir -p $HOME
start
# type-ahead secret without brackets: one write
$T send-keys -l $'!sleep 2'; $T send-keys Enter
printf 'key omapi_key\rc2VjcmV0c2VjcmV0\r' > /tmp/s2/b; $T load-buffer /tmp/s2/b; $T paste-buffer -r
sleep 3
scr typeahead-during-sleep
$T load-buffer /tmp/s2/b; $T paste-buffer -r
sleep 1
scr raw-paste
k Enter
scr
$T load-buffer /tmp/s2/b; $T paste-buffer -p -r
sleep 1
scr bracketed
k C-c
l 'key omapi_key'
k C-c
l 'key omapi_key'
k Enter
l 'key omapi_key'
l 'not base64!'
scr sec
l 'kye omapi_key c2VjcmV0c2VjcmV0'
l 'key"omapi_key" c2VjcmV0c2VjcmV0'
l 'key omapi_key: c2VjcmV0c2VjcmV0'
l 'keyomapi_key c2VjcmV0c2VjcmV0'
l 'key omapi_key c2VjcmV0c2VjcmV0 c2VjcmV0c2VjcmV0'
l 'k ey omapi_key c2VjcmV0c2VjcmV0'
scr near
echo HIST; cat $XDG_STATE_HOME/omsh/history
