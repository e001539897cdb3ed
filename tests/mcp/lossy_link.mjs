// A way to the relay that can be cut.
import { connect, createServer } from 'node:net';

export class LossyLink {
  static async start(target) {
    const link = new LossyLink();
    const [host, port] = target.split(':');
    link.sockets = new Set();
    link.open = true;
    link.server = createServer((near) => {
      if (!link.open) return near.destroy();
      const far = connect(Number(port), host);
      for (const [from, to] of [[near, far], [far, near]]) {
        link.sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => {
          link.sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    await new Promise((resolve) => link.server.listen(0, '127.0.0.1', resolve));
    link.address = `127.0.0.1:${link.server.address().port}`;
    return link;
  }

  // Breaks what is connected, and lets nothing through until mend().
  cut() {
    this.open = false;
    for (const socket of this.sockets) socket.destroy();
  }

  mend() {
    this.open = true;
  }

  stop() {
    this.cut();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
