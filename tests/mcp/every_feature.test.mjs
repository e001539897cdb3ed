// Every tool, prompt and resource, by the official client, in each version of the protocol.
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { Cluster } from '../../dashboard/web/e2e/cluster.mjs';
import { eventually } from '../../dashboard/web/e2e/eventually.mjs';
import { CodingAgent, kRoot, kVersions } from './coding_agent.mjs';

// For the agent to reach the server, on a machine that has much else to do.
const kPatienceMs = 60_000;

// A call of each tool that succeeds in the sample project, in this order.
const kCalls = {
  'spec-workflow-guide': {},
  'steering-guide': {},
  'get-implementer-guide': {},
  'get-reviewer-guide': {},
  'get-brainstorm-guide': {},
  'spec-status': { specName: 'trip-calendar' },
  approvals: { action: 'status' },
  'task-next': { specName: 'trip-calendar' },
  'task-update': ({ task }) => ({ specName: 'trip-calendar', taskId: task, status: 'completed' }),
  'log-implementation': ({ task }) => ({
    specName: 'trip-calendar',
    taskId: task,
    summary: 'Made the calendar show trips by month',
    filesModified: ['src/calendar.ts'],
    filesCreated: [],
    statistics: { linesAdded: 10, linesRemoved: 2 },
    artifacts: { functions: [{ name: 'showMonth', purpose: 'Shows a month', location: 'src/calendar.ts:1' }] },
  }),
  'search-logs': { query: 'calendar' },
  'request-input': { question: 'Which calendar?', options: ['By month', 'By week'], wait: false },
};

const kPromptArguments = {
  specName: 'trip-calendar',
  taskId: '1',
  documentName: 'product',
  document: 'product',
  docType: 'product',
  description: 'A calendar of trips',
};

async function allPages(list) {
  const items = [];
  let cursor;
  do {
    const page = await list(cursor === undefined ? {} : { cursor });
    const [name] = Object.keys(page).filter((key) => Array.isArray(page[key]));
    items.push(...page[name]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

async function withAgent(version, check) {
  const directory = mkdtempSync(join(tmpdir(), 'specrelay-mcp-'));
  const project = join(directory, 'trailmap');
  cpSync(join(kRoot, 'tools/sample_project'), project, { recursive: true });
  const agent = await CodingAgent.start([`--project=${project}`], version, { SPECRELAY_HOME: join(directory, 'home') });
  try {
    await check(agent, join(project, '.spec-context'));
    assert.deepEqual(agent.errors, []);
  } finally {
    await agent.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

// With a server, by which people answer.
async function withServedAgent(version, check) {
  const cluster = await Cluster.start();
  await cluster.stopAgent(); // the headless one: here the coding agent's own serves the project
  const agent = await CodingAgent.start([
    `--project=${cluster.project}`, `--relay=${cluster.grpc}`, `--api_key_file=${cluster.agentKey}`,
    `--state_dir=${cluster.state}`,
  ], version);
  try {
    await check(agent, cluster);
    assert.deepEqual(agent.errors, []);
  } finally {
    await agent.stop();
    await cluster.stop();
  }
}

// As a person does who sees the one open question, once it is there; returns the question's id.
async function answerOverRest(cluster, answer) {
  const questions = `${cluster.url}/api/projects/${cluster.projectId}/questions`;
  const headers = { Authorization: `Bearer ${cluster.userKey}`, 'Content-Type': 'application/json' };
  const id = await eventually(async () => {
    const response = await fetch(questions, { headers });
    assert.equal(response.status, 200);
    const pending = await response.json();
    assert.equal(pending.length, 1);
    return pending[0].id;
  }, kPatienceMs);
  const response = await fetch(`${questions}/${id}/answer`, { method: 'POST', headers, body: JSON.stringify(answer) });
  assert.equal(response.status, 200, await response.text());
  return id;
}

for (const version of kVersions) {
  const hasStructure = version >= '2025-06-18';

  test(`${version}: the version is agreed on, and what it offers is declared`, () =>
    withAgent(version, async ({ client, transport }) => {
      assert.equal(transport.version, version);
      const capabilities = client.getServerCapabilities();
      for (const name of ['tools', 'prompts', 'resources', 'logging']) assert.ok(capabilities[name], name);
      assert.deepEqual(capabilities.resources, { subscribe: true, listChanged: true });
      assert.equal(capabilities.completions !== undefined, version !== '2024-11-05');
      assert.match(client.getInstructions(), /spec-workflow-guide/);
      await client.ping();
      await client.setLoggingLevel('debug');
    }));

  test(`${version}: every tool is called and answers as its schema says, and a wait can be taken back`, () =>
    withAgent(version, async (agent, tree) => {
      const tools = await allPages((page) => agent.client.listTools(page));
      for (const tool of tools) {
        assert.equal(tool.outputSchema !== undefined, hasStructure, tool.name);
        assert.equal(tool.annotations !== undefined, version >= '2025-03-26', tool.name);
      }
      const state = {};
      const called = new Set();
      // The client checks structured content against the schemas that it has listed.
      const call = async (name, args) => {
        called.add(name);
        const answer = await agent.call(name, args);
        assert.ok(answer.content[0].text.length > 0, name);
        assert.equal(answer.structuredContent !== undefined, hasStructure, name);
        return answer;
      };
      for (const [name, args] of Object.entries(kCalls)) {
        const answer = await call(name, typeof args === 'function' ? args(state) : args);
        if (name === 'task-next') state.task = /\b(\d+(?:\.\d+)*)\b/.exec(answer.content[0].text)[1];
      }
      writeFileSync(join(tree, 'specs/gear-lending/design.md'), '# Design\n\nLend gear.\n');
      const request = await call('approvals', {
        action: 'request', title: 'Design', filePath: '.spec-context/specs/gear-lending/design.md',
        type: 'document', category: 'spec', categoryName: 'gear-lending',
      });
      const id = /approval_\w+|[\w-]{16,}/.exec(JSON.stringify(request.structuredContent?.approvalId ?? request.content[0].text))[0];
      const progress = [];
      const waiting = agent.call('wait-for-approval', { approvalId: id, timeoutMs: 300 }, { onprogress: (p) => progress.push(p) });
      await agent.client.ping();
      assert.match((await waiting).content[0].text, /wait|pending/i);
      called.add('wait-for-approval');
      const stop = new AbortController();
      const cancelled = agent.call('wait-for-approval', { approvalId: id }, { signal: stop.signal });
      await agent.client.ping();
      stop.abort();
      await assert.rejects(cancelled);
      await agent.client.ping();
      const left = tools.map((tool) => tool.name).filter((name) => !called.has(name));
      assert.deepEqual(left, []);
    }));

  test(`${version}: a question is waited for until a person answers, or its answer collected later`, () =>
    withServedAgent(version, async (agent, cluster) => {
      const [answer, id] = await Promise.all([
        agent.call('request-input', { question: 'Which calendar?', options: ['By month', 'By week'] }),
        answerOverRest(cluster, { choices: ['By week'], answer: 'People plan by weeks.' }),
      ]);
      assert.match(answer.content[0].text, /By week[^]*People plan by weeks\./);
      const asked = await agent.call('request-input', { question: 'How many trips?', wait: false });
      assert.match(asked.content[0].text, /safe to stop/);
      const laterId = await answerOverRest(cluster, { answer: 'At most four.' });
      const collected = await agent.call('request-input', { questionId: laterId });
      assert.match(collected.content[0].text, /At most four\./);
      if (!hasStructure) return;
      const outcomes = [answer, asked, collected].map(({ structuredContent: { questionId, resolved } }) => [questionId, resolved]);
      assert.deepEqual(outcomes, [[id, true], [laterId, false], [laterId, true]]);
    }));

  test(`${version}: what a tool refuses is told to the model`, () =>
    withAgent(version, async ({ client }) => {
      const refusal = await client.callTool({ name: 'spec-status', arguments: { specName: 'no-such-spec' } });
      assert.equal(refusal.isError, true);
      const misfit = await client.callTool({ name: 'spec-status', arguments: { specName: 7 } });
      assert.match(misfit.content[0].text, /specName/);
      await assert.rejects(client.callTool({ name: 'no-such-tool', arguments: {} }), /-32602/);
    }));

  test(`${version}: every prompt is given, and its arguments are completed`, () =>
    withAgent(version, async ({ client }) => {
      const prompts = await allPages((page) => client.listPrompts(page));
      assert.deepEqual(
        prompts.map((prompt) => prompt.name).sort(),
        ['create-spec', 'create-steering-doc', 'implement-task', 'refresh-tasks', 'spec-status'],
      );
      for (const prompt of prompts) {
        const args = {};
        for (const argument of prompt.arguments) {
          if (!argument.required) continue;
          assert.ok(argument.name in kPromptArguments, argument.name);
          args[argument.name] = kPromptArguments[argument.name];
        }
        const { messages } = await client.getPrompt({ name: prompt.name, arguments: args });
        assert.ok(messages[0].content.text.length > 50, prompt.name);
      }
      await assert.rejects(client.getPrompt({ name: 'no-such-prompt' }), /-32602/);
      if (version === '2024-11-05') return;
      const completed = async (name, value, others = {}) =>
        (await client.complete({
          ref: { type: 'ref/prompt', name: 'implement-task' },
          argument: { name, value },
          context: { arguments: others },
        })).completion.values;
      assert.deepEqual(await completed('specName', 'trip'), ['trip-calendar']);
      assert.ok((await completed('taskId', '', { specName: 'trip-calendar' })).length > 0);
    }));

  test(`${version}: every resource is read, and changes are told`, () =>
    withAgent(version, async (agent, tree) => {
      const { client } = agent;
      const resources = await allPages((page) => client.listResources(page));
      assert.ok(resources.length >= 10);
      for (const { uri, mimeType } of resources) {
        const { contents } = await client.readResource({ uri });
        assert.equal(contents[0].mimeType, mimeType);
        assert.ok(contents[0].text.length > 0, uri);
      }
      const templates = await allPages((page) => client.listResourceTemplates(page));
      assert.deepEqual(templates.map((template) => template.uriTemplate).sort(), [
        'spec-context://approvals/{id}',
        'spec-context://archive/specs/{name}/{document}',
        'spec-context://specs/{name}/{document}',
        'spec-context://steering/{document}',
      ]);
      await assert.rejects(client.readResource({ uri: 'spec-context://specs/no-such-spec/design' }), /-32002/);
      const uri = 'spec-context://specs/trip-calendar/requirements';
      await client.subscribeResource({ uri });
      appendFileSync(join(tree, 'specs/trip-calendar/requirements.md'), '\nMore.\n');
      await eventually(() => {
        assert.ok(agent.notifications.some((n) => n.method === 'notifications/resources/updated' && n.params.uri === uri));
      });
      await client.unsubscribeResource({ uri });
      writeFileSync(join(tree, 'specs/weather-alerts/design.md'), '# Design\n');
      await eventually(() => {
        assert.ok(agent.notifications.some((n) => n.method === 'notifications/resources/list_changed'));
      });
    }));
}
