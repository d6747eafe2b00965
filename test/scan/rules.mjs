/*
 * The rules that n8n lints a community package with, in the wiring of its own tools.
 */
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

const nodesBase = n8nNodesBase.configs;

/** What of the checkout is judged. */
export const source = ['package.json', '{nodes,credentials}/**/*.{js,ts,json}'];

/** What of the unpacked tarball is judged. */
export const published = ['package.json', '**/*.js'];

/** As a flat configuration for ESLint. */
export const rules = [
  n8nCommunityNodesPlugin.configs.recommended,
  { rules: { 'no-console': 'error' } },
  { plugins: { 'n8n-nodes-base': n8nNodesBase } },
  { files: ['package.json'], rules: nodesBase.community.rules },
  {
    files: ['**/credentials/**/*.ts'],
    rules: {
      ...nodesBase.credentials.rules,
      'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
      'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
    },
  },
  {
    files: ['**/nodes/**/*.ts'],
    rules: {
      ...nodesBase.nodes.rules,
      'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
      'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
      'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
    },
  },
  { files: ['**/*.ts', '**/*.json'], languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } } },
];
