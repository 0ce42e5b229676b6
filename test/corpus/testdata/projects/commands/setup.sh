#!/bin/sh
until curl -s es:9200; do sleep 1; done
curl -XPUT es:9200/_template/x -d @/x.json
