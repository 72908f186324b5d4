// Copyright (c) 2026 renderfarm.file_cache authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Usage: run configure.js FOLDER OPTIONS
// What RFDK's Lambda does at a deployment, by RFDK's own code: it brings the farm that fleets.js
// wrote into FOLDER to a Remote Connection Server. OPTIONS is what RFDK's DeadlineClient takes, as
// JSON, with names of files for tls.pfx and tls.ca. Prints {"error": null or why it gave up}.
'use strict';

const fs = require('fs');
const path = require('path');
const {SEPConfiguratorResource} = require(
  'aws-rfdk/lib/lambdas/nodejs/configure-spot-event-plugin/handler');
const {SpotEventPluginClient} = require(
  'aws-rfdk/lib/lambdas/nodejs/lib/configure-spot-event-plugin');
const {DeadlineClient} = require('aws-rfdk/lib/lambdas/nodejs/lib/deadline-client');

console.log = console.error; // RFDK tells its story there; stdout is for the result

/** The Lambda itself, but for the connection: a deployment's has no client certificate. */
class Configurator extends SEPConfiguratorResource {
  constructor(client) {
    super();
    this.client = client;
  }

  async spotEventPluginClient() {
    return new SpotEventPluginClient(this.client);
  }
}

function options(text) {
  const {tls, ...given} = JSON.parse(text);
  const read = name => name && fs.readFileSync(name);
  return {...given, tls: tls && {ca: read(tls.ca), pfx: read(tls.pfx)}};
}

async function main(folder, text) {
  const properties = JSON.parse(fs.readFileSync(path.join(folder, 'configure.json'), 'utf8'));
  const configurator = new Configurator(new DeadlineClient(options(text)));
  let error = null;
  if (!configurator.validateInput(properties)) {
    error = 'RFDK does not take these properties';
  } else {
    try {
      await configurator.doCreate('', properties);
    } catch (problem) {
      error = problem.message;
    }
  }
  process.stdout.write(JSON.stringify({error}) + '\n');
}

main(process.argv[2], process.argv[3]);
