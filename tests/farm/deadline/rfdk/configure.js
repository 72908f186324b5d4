// Copyright (c) 2026 renderfarm.file_cache authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Usage: run configure.js FOLDER OPTIONS
// Does what RFDK's Lambda does at a deployment: its own clients bring the farm that fleets.js wrote
// into FOLDER to a Remote Connection Server. OPTIONS is what RFDK's DeadlineClient takes, as JSON,
// with names of files for tls.pfx and tls.ca. Prints what each step returned, as JSON.
'use strict';

const fs = require('fs');
const path = require('path');
const {DeadlineClient} = require('aws-rfdk/lib/lambdas/nodejs/lib/deadline-client');
const {SpotEventPluginClient} = require(
  'aws-rfdk/lib/lambdas/nodejs/lib/configure-spot-event-plugin');

console.log = console.error; // RFDK tells its story there; stdout is for the result

function options(text) {
  const {tls, ...given} = JSON.parse(text);
  const read = name => name && fs.readFileSync(name);
  return {...given, tls: tls && {ca: read(tls.ca), pfx: read(tls.pfx)}};
}

async function main(folder, text) {
  const read = name => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  const farm = read('configure.json');
  const settings = Object.entries(read('spot-settings.json'));
  const client = new SpotEventPluginClient(new DeadlineClient(options(text)));
  const result = {
    groups: await client.addGroups(farm.deadlineGroups),
    pools: await client.addPools(farm.deadlinePools),
    fleets: await client.saveServerData(JSON.stringify(read('spot-config.json'))),
    settings: await client.configureSpotEventPlugin(
      settings.map(([Key, Value]) => ({Key, Value}))
        .concat([{Key: 'UseLocalCredentials', Value: true}, {Key: 'NamedProfile', Value: ''}])),
  };
  process.stdout.write(JSON.stringify(result) + '\n');
}

main(process.argv[2], process.argv[3]);
