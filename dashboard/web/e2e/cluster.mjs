// A real server and a real agent on a copy of the sample project, in a directory of their own.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from './eventually.mjs';

const kRoot = new URL('../../../', import.meta.url).pathname;
const kBin = process.env.SPECRELAY_BIN ?? join(kRoot, 'bazel-bin');
const kWebRoot = process.env.SPECRELAY_WEB_ROOT ?? join(kRoot, 'dashboard/web/dist');
const kReadyMs = 20_000;

const programs = {
  server: join(kBin, 'dashboard/specrelay_server'),
  agent: join(kBin, 'mcp_agent/specrelay_agent'),
  ctl: join(kBin, 'tools/specrelay_ctl'),
};

// The program's first line on stdout, which says that it is ready.
function start(program, args, log) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.on('data', (text) => writeFileSync(log, text, { flag: 'a' }));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} is not ready`)), kReadyMs);
    let text = '';
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}: ${readFileSync(log, 'utf8')}`)));
    child.stdout.on('data', (more) => {
      text += more;
      const end = text.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      resolve({ child, ready: JSON.parse(text.slice(0, end)) });
    });
  });
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}

export class Cluster {
  static async start() {
    const cluster = new Cluster();
    cluster.directory = mkdtempSync(join(tmpdir(), 'specrelay-e2e-'));
    cluster.project = join(cluster.directory, 'trailmap');
    cluster.state = join(cluster.directory, 'state');
    cpSync(join(kRoot, 'tools/sample_project'), cluster.project, { recursive: true });
    mkdirSync(cluster.state);
    cluster.userKey = cluster.makeKey('anna', 'admin');
    cluster.agentKey = join(cluster.directory, 'agent.key');
    writeFileSync(cluster.agentKey, cluster.makeKey('laptop', 'agent'), { mode: 0o600 });
    const server = await start(
      programs.server,
      [
        `--keys_file=${cluster.keys}`,
        '--http_address=127.0.0.1:0',
        '--grpc_address=127.0.0.1:0',
        `--web_root=${kWebRoot}`,
      ],
      join(cluster.directory, 'server.log'),
    );
    cluster.server = server.child;
    cluster.grpc = server.ready.grpc;
    cluster.url = `http://${server.ready.http}`;
    await cluster.startAgent();
    return cluster;
  }

  get keys() {
    return join(this.directory, 'keys.json');
  }

  makeKey(name, role) {
    const args = ['key', 'create', `--name=${name}`, `--role=${role}`, '--account=club', `--keys_file=${this.keys}`];
    return execFileSync(programs.ctl, args, { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  }

  async startAgent() {
    const args = [
      '--headless',
      `--project=${this.project}`,
      `--relay=${this.grpc}`,
      `--api_key_file=${this.agentKey}`,
      `--state_dir=${this.state}`,
    ];
    const { child, ready } = await start(programs.agent, args, join(this.directory, 'agent.log'));
    this.agent = child;
    this.projectId = ready.projects[0].projectId;
    // It is ready before it has registered.
    const headers = { Authorization: `Bearer ${this.userKey}` };
    await eventually(async () => {
      const projects = await (await fetch(`${this.url}/api/projects/list`, { headers })).json();
      assert.ok(projects.some((project) => project.instances.length > 0));
    });
  }

  stopAgent() {
    return end(this.agent);
  }

  path(file) {
    return join(this.project, '.spec-context', file);
  }

  read(file) {
    return readFileSync(this.path(file), 'utf8');
  }

  write(file, text) {
    writeFileSync(this.path(file), text);
  }

  // Executes a command as the user; returns its result.
  async execute(command) {
    const response = await fetch(`${this.url}/api/projects/${this.projectId}/commands`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.userKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ command }),
    });
    const json = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(json));
    return json.result;
  }

  // Writes the design document as another user does from a browser.
  async saveDesign(key, content) {
    const response = await fetch(`${this.url}/api/projects/${this.projectId}/specs/trip-calendar/design`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ content }),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  async requestApproval(title, document) {
    const result = await this.execute({
      approvalCreate: {
        title,
        filePath: `.spec-context/specs/trip-calendar/${document}.md`,
        type: 'APPROVAL_TYPE_DOCUMENT',
        category: 'APPROVAL_CATEGORY_SPEC',
        categoryName: 'trip-calendar',
      },
    });
    return result.approvalCreate.approval.id;
  }

  // Asks a question about the trip calendar, as a coding agent does; returns its id.
  async ask(question) {
    const result = await this.execute({ questionCreate: { specName: 'trip-calendar', ...question } });
    return result.questionCreate.question.id;
  }

  // What a browser is given when the user signs in.
  async sessionCookie() {
    const response = await fetch(`${this.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: this.userKey }),
    });
    const [pair] = response.headers.getSetCookie()[0].split(';');
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: this.url, httpOnly: true, sameSite: 'Strict' };
  }

  approval(id) {
    return JSON.parse(this.read(`approvals/trip-calendar/${id}.json`));
  }

  async stop() {
    await this.stopAgent();
    await end(this.server);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
