// Copyright (c) 2026 renderfarm.file_cache authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What CloudFormation makes of a template's functions, with invented names for what would exist
// only after a deployment.
'use strict';

const crypto = require('crypto');

const REGION = 'us-west-2';
const ACCOUNT = '123456789012';

const PSEUDO = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackName': 'Farm',
  'AWS::URLSuffix': 'amazonaws.com',
};

// How the identifiers of a kind begin.
const PREFIX = {
  'AWS::EC2::LaunchTemplate': 'lt',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::VPC': 'vpc',
};

/** 17 hexadecimal digits that are always the same for a name. */
function digits(name) {
  return crypto.createHash('sha256').update(name).digest('hex').slice(0, 17);
}

/** Answers the functions of one template. */
class Deployed {
  constructor(template) {
    this.resources = template.Resources;
  }

  ref(name) {
    if (name in PSEUDO) {
      return PSEUDO[name];
    }
    const prefix = PREFIX[this.resources[name]?.Type];
    return prefix ? `${prefix}-${digits(name)}` : name;
  }

  attribute(name, attribute) {
    if (attribute === 'DNSName') {
      return `${name.toLowerCase()}.elb.${REGION}.amazonaws.com`;
    }
    if (attribute === 'GroupId') {
      return this.ref(name);
    }
    if (attribute === 'Arn' && /^AWS::IAM::/.test(this.resources[name].Type)) {
      const kind = this.resources[name].Type === 'AWS::IAM::Role' ? 'role' : 'instance-profile';
      return `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;
    }
    return `${name}-${attribute}`;
  }

  /** The value with every function in it answered. */
  value(node) {
    if (Array.isArray(node)) {
      return node.map(each => this.value(each));
    }
    if (node === null || typeof node !== 'object') {
      return node;
    }
    const keys = Object.keys(node);
    if (keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'))) {
      return this.answer(keys[0], node[keys[0]]);
    }
    return Object.fromEntries(keys.map(key => [key, this.value(node[key])]));
  }

  answer(name, argument) {
    switch (name) {
      case 'Ref':
        return this.ref(argument);
      case 'Fn::Base64':
        return Buffer.from(this.value(argument), 'utf8').toString('base64');
      case 'Fn::GetAtt':
        return this.attribute(...argument);
      case 'Fn::Join':
        return this.value(argument[1]).join(argument[0]);
      case 'Fn::Select':
        return this.value(argument[1])[Number(argument[0])];
      case 'Fn::Split':
        return this.value(argument[1]).split(argument[0]);
      default:
        throw new Error(`a template with ${name}, which nothing here answers`);
    }
  }
}

module.exports = {ACCOUNT, Deployed, REGION};
