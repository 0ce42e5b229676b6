#!/bin/bash
set -e
bin/elasticsearch-keystore create
exec /usr/local/bin/docker-entrypoint.sh eswrapper
