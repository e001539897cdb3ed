// The whole story with the real server: a coding agent requests approval and waits, a person sees the request at once
// and decides over HTTP, and the decision arrives, whatever happens in between.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { Cluster } from '../../dashboard/web/e2e/cluster.mjs';
import { eventually } from '../../dashboard/web/e2e/eventually.mjs';
import { CodingAgent } from './coding_agent.mjs';
import { LossyLink } from './lossy_link.mjs';

const kPatienceMs = 60_000;

let cluster;
let link;
let agents;

beforeEach(async () => {
  cluster = await Cluster.start();
  await cluster.stopAgent(); // the headless one: here the coding agent's own serves the project
  link = await LossyLink.start(cluster.grpc);
  agents = [];
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await link.stop();
  await cluster.stop();
});

async function startAgent() {
  const agent = await CodingAgent.start([
    `--project=${cluster.project}`, `--relay=${link.address}`, `--api_key_file=${cluster.agentKey}`,
    `--state_dir=${cluster.state}`, `--dashboard_url=${cluster.url}`,
  ]);
  agents.push(agent);
  await eventually(async () => assert.ok(await isOnline()), kPatienceMs);
  return agent;
}

const headers = () => ({ Authorization: `Bearer ${cluster.userKey}` });

async function isOnline() {
  const projects = await (await fetch(`${cluster.url}/api/projects/list`, { headers: headers() })).json();
  return projects.some((project) => project.projectId === cluster.projectId && project.instances.length > 0);
}

// What a person's browser hears from now on: `event` is a promise of the first one that `matches`.
async function listen(matches) {
  const stop = new AbortController();
  const response = await fetch(`${cluster.url}/api/events`, { headers: headers(), signal: stop.signal });
  assert.equal(response.status, 200);
  const event = (async () => {
    let text = '';
    for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {
      text += bytes;
      for (const line of text.split('\n').slice(0, -1)) {
        if (!line.startsWith('data:')) continue;
        const message = JSON.parse(line.slice('data:'.length));
        if (!matches(message)) continue;
        stop.abort();
        return message;
      }
      text = text.slice(text.lastIndexOf('\n') + 1);
    }
    throw new Error('the event stream ended');
  })();
  return { event };
}

async function requestApproval(agent) {
  const answer = await agent.call('approvals', {
    action: 'request', title: 'Requirements of the trip calendar',
    filePath: '.spec-context/specs/trip-calendar/requirements.md',
    type: 'document', category: 'spec', categoryName: 'trip-calendar',
  });
  return answer.structuredContent;
}

async function approve(id) {
  const response = await fetch(`${cluster.url}/api/projects/${cluster.projectId}/approvals/${id}/approve`, {
    method: 'POST',
    headers: { ...headers(), 'Content-Type': 'application/json' },
    body: JSON.stringify({ response: 'Well said.' }),
  });
  assert.equal(response.status, 200, await response.text());
}

function assertApproved(answer, id) {
  const decision = answer.structuredContent;
  assert.equal(decision.approvalId, id);
  assert.equal(decision.status, 'approved');
  assert.equal(decision.resolved, true);
  assert.match(answer.content[0].text, /Well said\./);
}

test('a request appears by SSE, is approved over HTTP, and the wait returns with the decision', async () => {
  const agent = await startAgent();
  const heard = await listen((event) => event.type === 'approval-update' && event.data.approvalId !== undefined);
  const request = await requestApproval(agent);
  assert.equal(request.approvalUrl, `${cluster.url}/p/${cluster.projectId}/approvals/${request.approvalId}`);
  const waiting = agent.call('wait-for-approval', { approvalId: request.approvalId });
  assert.equal((await heard.event).data.approvalId, request.approvalId);
  await approve(request.approvalId);
  assertApproved(await waiting, request.approvalId);
  await agent.call('spec-status', { specName: 'trip-calendar' });
});

test('the decision arrives although the connection to the relay is cut in the middle', async () => {
  const agent = await startAgent();
  const { approvalId } = await requestApproval(agent);
  const waiting = agent.call('wait-for-approval', { approvalId });
  link.cut();
  await eventually(async () => assert.ok(!(await isOnline())), kPatienceMs);
  await agent.client.ping();
  link.mend();
  await eventually(async () => assert.ok(await isOnline()), kPatienceMs);
  await approve(approvalId);
  assertApproved(await waiting, approvalId);
});

test('the decision arrives although the agent is killed and started anew', async () => {
  const killed = await startAgent();
  const { approvalId } = await requestApproval(killed);
  const lost = killed.call('wait-for-approval', { approvalId });
  const gone = assert.rejects(lost);
  process.kill(killed.pid, 'SIGKILL');
  await gone;
  const agent = await startAgent();
  const waiting = agent.call('wait-for-approval', { approvalId });
  await approve(approvalId);
  assertApproved(await waiting, approvalId);
});

test('a decision that a killed agent had taken in, but not answered, is given by the next one', async () => {
  const killed = await startAgent();
  const { approvalId } = await requestApproval(killed);
  process.kill(killed.pid, 'SIGSTOP');
  process.kill(killed.pid, 'SIGKILL');
  const other = await startAgent();
  await approve(approvalId);
  assertApproved(await other.call('wait-for-approval', { approvalId }), approvalId);
  process.kill(other.pid, 'SIGKILL');
  const next = await startAgent();
  assertApproved(await next.call('wait-for-approval', { approvalId }), approvalId);
});

async function answerQuestion(id) {
  const response = await fetch(`${cluster.url}/api/projects/${cluster.projectId}/questions/${id}/answer`, {
    method: 'POST',
    headers: { ...headers(), 'Content-Type': 'application/json' },
    body: JSON.stringify({ choices: ['By week'], answer: 'People plan by weeks.' }),
  });
  assert.equal(response.status, 200, await response.text());
}

const kQuestion = { question: 'Which calendar?', options: ['By month', 'By week'], specName: 'trip-calendar' };

function assertAnswered(answer, id) {
  assert.equal(answer.structuredContent.questionId, id);
  assert.deepEqual(answer.structuredContent.choices, ['By week']);
  assert.match(answer.content[0].text, /People plan by weeks\./);
}

test('a question appears by SSE, is answered over HTTP, and the coding agent goes on with the answer', async () => {
  const agent = await startAgent();
  const heard = await listen((event) => event.type === 'question-update');
  const waiting = agent.call('request-input', kQuestion);
  const { questionId } = (await heard.event).data;
  await answerQuestion(questionId);
  const answer = await waiting;
  assertAnswered(answer, questionId);
  assert.equal(answer.structuredContent.questionUrl, `${cluster.url}/p/${cluster.projectId}/questions/${questionId}`);
});

test('a coding agent that stopped after its question is told of the answer by the next session', async () => {
  const stopped = await startAgent();
  const asked = await stopped.call('request-input', { ...kQuestion, wait: false });
  const { questionId } = asked.structuredContent;
  process.kill(stopped.pid, 'SIGKILL');
  const agent = await startAgent();
  await answerQuestion(questionId);
  const status = await agent.call('spec-status', { specName: 'trip-calendar' });
  assert.match(status.content[0].text, new RegExp(`request-input with questionId "${questionId}"`));
  assertAnswered(await agent.call('request-input', { questionId }), questionId);
  const after = await agent.call('spec-status', { specName: 'trip-calendar' });
  assert.doesNotMatch(after.content[0].text, new RegExp(questionId));
});
