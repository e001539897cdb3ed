// The official inspector's command line lists and calls.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { kAgent, kRoot } from './coding_agent.mjs';

const kInspector = new URL('./node_modules/.bin/mcp-inspector', import.meta.url).pathname;

let directory;

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'specrelay-inspector-'));
  cpSync(join(kRoot, 'tools/sample_project'), join(directory, 'trailmap'), { recursive: true });
});
after(() => rmSync(directory, { recursive: true, force: true }));

async function inspect(...args) {
  const { stdout } = await promisify(execFile)(
    kInspector,
    ['--cli', kAgent, `--project=${join(directory, 'trailmap')}`, `--state_dir=${join(directory, 'home')}`, ...args],
    { timeout: 60_000 },
  );
  return JSON.parse(stdout);
}

test('the inspector lists tools, prompts, resources and templates', async () => {
  assert.ok((await inspect('--method', 'tools/list')).tools.length >= 10);
  assert.equal((await inspect('--method', 'prompts/list')).prompts.length, 5);
  assert.ok((await inspect('--method', 'resources/list')).resources.length >= 10);
  assert.equal((await inspect('--method', 'resources/templates/list')).resourceTemplates.length, 4);
});

test('the inspector calls a tool, reads a resource and gets a prompt', async () => {
  const answer = await inspect('--method', 'tools/call', '--tool-name', 'spec-status', '--tool-arg', 'specName=trip-calendar');
  assert.equal(answer.isError, false);
  assert.match(answer.content[0].text, /trip-calendar/);
  const read = await inspect('--method', 'resources/read', '--uri', 'spec-context://specs/trip-calendar/tasks');
  assert.equal(read.contents[0].mimeType, 'text/markdown');
  const prompt = await inspect('--method', 'prompts/get', '--prompt-name', 'create-spec', '--prompt-args', 'specName=x');
  assert.equal(prompt.messages[0].role, 'user');
});
