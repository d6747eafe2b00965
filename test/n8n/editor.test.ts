/*
 * The browser's part of the harness, on nodes that n8n brings along.
 */
import { describeWithEditor } from './support/editor-suite';
import { workflowOf } from './support/workflow';

describeWithEditor('the editor of a real n8n', (editor, n8n) => {
  test('finds a trigger and shows a card for each of its events', async () => {
    expect(await editor().searchTriggers('search', 'github')).toEqual(['GitHub']);
    const cards = await editor().cards('cards', 'GitHub');
    expect(cards).toEqual(expect.arrayContaining(['On push', 'On pull request']));
  });

  test('shows the panel of a trigger, and what is missing in it', async () => {
    const workflow = await n8n.createWorkflow(workflowOf({ type: 'n8n-nodes-base.githubTrigger', name: 'When pushed' }));
    const text = await editor().panel('panel', workflow);
    expect(text).toContain('When pushed');
    expect(text).toContain('Repository Owner');
  });

  test('shows the form of a credential', async () => {
    const text = await editor().credentialForm('credential', 'Mattermost API');
    expect(text).toContain('Base URL');
    expect(text).toContain('Access Token');
  });
});
