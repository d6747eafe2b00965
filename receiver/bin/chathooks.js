#!/usr/bin/env node
'use strict';

// Plain and old-fashioned on purpose: an old Node has to understand it, to say that it is too old.
var fs = require('fs');
var path = require('path');

var OLDEST = 24;
var main = path.join(__dirname, '..', 'dist', 'receiver', 'cli', 'main.js');

function refuse(message) {
  process.stderr.write(message + '\n');
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  refuse('chathooks needs Node.js ' + OLDEST + ' or newer, and this is ' + process.versions.node + '. Get it from https://nodejs.org, or run: npx node@' + OLDEST + ' ' + __filename);
} else if (!fs.existsSync(main)) {
  refuse('chathooks is not built yet. Run: npm run build');
} else {
  require(main);
}
