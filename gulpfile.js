const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dest, parallel, series, src } = require('gulp');

const clean = () => Promise.all(['dist', 'receiver/dist'].map((folder) => rm(folder, { recursive: true, force: true })));

/** The nodes and the contract: what the package n8n-nodes-chathooks publishes. */
const compileNodes = () => tsc('tsconfig.json');

/** The receiver, with its own copy of the contract: what the package chathooks publishes. */
const compileReceiver = () => tsc('receiver/tsconfig.json');

const copyNodeAssets = () =>
  src(['nodes/**/*.{svg,node.json}', 'nodes/**/__schema__/**/*.json', 'credentials/**/*.svg'], { base: '.', encoding: false, allowEmpty: true }).pipe(dest('dist'));

const copySamples = () => src('providers/*/samples/*.json', { base: '.', encoding: false }).pipe(dest('receiver/dist'));

const copyInspector = () => src('receiver/inspector/page/**', { base: '.', encoding: false, allowEmpty: true }).pipe(dest('receiver/dist'));

function tsc(project) {
  return spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', project], { stdio: 'inherit' });
}

exports.build = series(clean, parallel(compileNodes, compileReceiver, copyNodeAssets, copySamples, copyInspector));
exports.default = exports.build;
