// Copyright (c) 2026 renderfarm.file_cache authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Usage: run fleets.js FOLDER
// Has RFDK synthesise a render farm, and writes into FOLDER what a deployment would leave behind
// (README.md lists the files). Nothing of AWS is asked.
'use strict';

process.env.JSII_DEPRECATED = 'quiet'; // what the CDK thinks of RFDK's calls is no news here

const fs = require('fs');
const path = require('path');
const {App, Stack} = require('aws-cdk-lib');
const conversion = require(
  'aws-rfdk/lib/lambdas/nodejs/configure-spot-event-plugin/conversion');

const {ACCOUNT, Deployed, REGION} = require('./cloudformation');
const farm = require('./farm');

function synthesise(folder) {
  const app = new App({
    analyticsReporting: false, context: {'aws:cdk:disable-asset-staging': true}, outdir: folder,
  });
  farm.build(new Stack(app, 'Farm', {env: {account: ACCOUNT, region: REGION}}));
  return app.synth().getStackByName('Farm').template;
}

function launchTemplates(template, deployed) {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === 'AWS::EC2::LaunchTemplate')
    .map(([name, resource]) => ({
      LaunchTemplateId: deployed.ref(name),
      ...deployed.value(resource.Properties),
    }));
}

/** Numbers and booleans reach a Lambda of CloudFormation as texts. */
function asPassed(value) {
  if (Array.isArray(value)) {
    return value.map(asPassed);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asPassed(each)]));
  }
  return ['boolean', 'number'].includes(typeof value) ? String(value) : value;
}

function main(folder) {
  const template = synthesise(path.join(folder, 'cdk'));
  const deployed = new Deployed(template);
  const resource = Object.values(template.Resources).find(
    each => each.Type === 'Custom::RFDK_ConfigureSpotEventPlugin');
  const spot = asPassed(deployed.value(resource.Properties));
  const written = {
    // What RFDK's Lambda is handed, and the two things that it makes of it for Deadline.
    'configure.json': spot,
    'spot-config.json':
      conversion.convertSpotFleetRequestConfiguration(spot.spotFleetRequestConfigurations),
    'spot-settings.json': conversion.convertSpotEventPluginSettings(spot.spotPluginConfigurations),
    'launch-templates.json': launchTemplates(template, deployed),
  };
  for (const [name, value] of Object.entries(written)) {
    fs.writeFileSync(path.join(folder, name), JSON.stringify(value, null, 2) + '\n');
  }
}

main(path.resolve(process.argv[2]));
