// Copyright (c) 2026 renderfarm.file_cache authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// AWS's Lambda brings its own `aws-sdk` with it, so RFDK's package has none. Its code asks for the
// name when it is loaded; nothing of AWS is called here.
'use strict';

class SecretsManager {}

module.exports = {SecretsManager};
