// Copyright (c) 2026 renderfarm.file_cache authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A farm as a studio describes it to RFDK: a render queue and spot fleets of several shapes.
'use strict';

const ec2 = require('aws-cdk-lib/aws-ec2');
const ecs = require('aws-cdk-lib/aws-ecs');
const deadline = require('aws-rfdk/deadline');

const {REGION} = require('./cloudformation');

// The shapes of user data that RFDK and the CDK make.
const FLEETS = {
  Linux: {
    deadlineGroups: ['cloud_linux'], deadlinePools: ['cloud'], deadlineRegion: 'aws-usw2',
  },
  Windows: {
    deadlineGroups: ['cloud_windows'], deadlineRegion: 'aws-usw2', windows: true,
  },
  // Commands of the studio at each of the four places that RFDK offers (deadline 185).
  Hooked: {
    deadlineGroups: ['hooked'], hooks: true,
  },
  // A MIME multipart document, with the worker's commands in its default part.
  Multipart: {
    deadlineGroups: ['multipart'],
    userData: () => {
      const document = new ec2.MultipartUserData();
      document.addUserDataPart(
        ec2.UserData.custom('#cloud-config\nruncmd:\n- echo studio > /run/studio\n'),
        'text/cloud-config; charset="utf-8"');
      document.addUserDataPart(ec2.UserData.forLinux(), 'text/x-shellscript; charset="utf-8"', true);
      return document;
    },
  },
};

class Hooks extends deadline.InstanceUserDataProvider {
  preCloudWatchAgent(host) { host.userData.addCommands('echo preCloudWatchAgent'); }
  preRenderQueueConfiguration(host) { host.userData.addCommands('echo preRenderQueueConfiguration'); }
  preWorkerConfiguration(host) { host.userData.addCommands('echo preWorkerConfiguration'); }
  postWorkerLaunch(host) { host.userData.addCommands('echo postWorkerLaunch'); }
}

function fleet(stack, name, shape, shared) {
  const {hooks, userData, windows, ...props} = shape;
  const image = {[REGION]: 'ami-0123456789abcdef0'};
  return new deadline.SpotEventPluginFleet(stack, name, {
    ...shared,
    ...props,
    instanceTypes: [ec2.InstanceType.of(ec2.InstanceClass.C6I, ec2.InstanceSize.XLARGE8)],
    maxCapacity: 10,
    userData: userData && userData(),
    userDataProvider: hooks && new Hooks(stack, `${name}Hooks`),
    workerMachineImage: windows
      ? ec2.MachineImage.genericWindows(image) : ec2.MachineImage.genericLinux(image),
  });
}

/** Fill a stack with the farm. */
function build(stack) {
  const vpc = new ec2.Vpc(stack, 'Vpc');
  const version = new deadline.VersionQuery(stack, 'Version', {version: '10.3.2'});
  const repository = new deadline.Repository(stack, 'Repository', {
    secretsManagementSettings: {enabled: false}, version, vpc,
  });
  const renderQueue = new deadline.RenderQueue(stack, 'RenderQueue', {
    images: {remoteConnectionServer: ecs.ContainerImage.fromRegistry('remote-connection-server')},
    repository, trafficEncryption: {externalTLS: {enabled: false}}, version, vpc,
  });
  new deadline.ConfigureSpotEventPlugin(stack, 'Spot', {
    configuration: {state: deadline.SpotEventPluginState.GLOBAL_ENABLED},
    renderQueue,
    spotFleets: Object.entries(FLEETS).map(
      ([name, shape]) => fleet(stack, name, shape, {renderQueue, vpc})),
    vpc,
  });
}

module.exports = {build};
