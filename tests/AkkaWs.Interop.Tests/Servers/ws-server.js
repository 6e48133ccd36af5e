// A server on npm ws in every frame shape; prints its port. The path says what it does.
const http = require('http');
const { WebSocketServer } = require('ws');

const server = http.createServer();
const plain = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const deflating = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });

// Of the exchange: its day, its connections, how many asked to be upgraded.
let day = 'good';
let asked = 0;
const venues = new Set();
const days = {
  drop: () => venues.forEach(ws => ws._socket.resetAndDestroy()),
  freeze: () => venues.forEach(ws => ws._socket.pause()),
};

const shapes = {
  echo(ws) {
    ws.on('message', (data, binary) => ws.send(data, { binary }));
  },
  fragments(ws) {
    const bytes = Buffer.from('grüße € 𝄞 κόσμε');
    for (let i = 0; i < bytes.length; i++) {
      ws.send(bytes.subarray(i, i + 1), { binary: false, fin: i === bytes.length - 1 });
      ws.ping(String(i));
    }
  },
  pings(ws) {
    let pongs = '';
    ws.on('pong', data => {
      pongs += data;
      if (pongs.length === 5) ws.send(pongs);
    });
    for (let i = 0; i < 5; i++) ws.ping(String(i));
  },
  close(ws, query) {
    ws.close(Number(query.get('code')), query.get('reason'));
  },
  closing(ws, query) {
    ws.on('close', (code, reason) => server.emit('closed', query.get('id'), `${code} ${reason}`));
  },
  large(ws) {
    ws.send(Buffer.alloc(3_000_000, 7));
  },
  reset(ws) {
    ws.on('message', () => ws._socket.resetAndDestroy());
  },
  // An exchange with one push per topic each 20 ms. What it does on its bad days, it is told by ?do=.
  venue(ws) {
    const topics = new Set();
    let count = 0;
    const pushes = setInterval(() => {
      for (const topic of topics) ws.send(JSON.stringify({ topic, n: ++count }));
    }, 20);
    ws.on('close', () => clearInterval(pushes));
    ws.on('message', data => {
      const { op, req_id, args } = JSON.parse(data);
      if (op === 'auth' && day === 'mute-auth') return;
      if (op === 'subscribe') args.forEach(topic => topics.add(topic));
      ws.send(JSON.stringify({ success: true, op, req_id }));
    });
    if (day === 'flapping') ws.close(1001, 'come back later');
  },
  burst(ws) {
    for (let i = 0; i < 20_000; i++) ws.send(`update ${i}`);
  },
};

const closed = new Map();
server.on('closed', (id, what) => closed.set(id, what));
server.on('request', (request, response) => {
  const told = new URL(request.url, 'http://x').searchParams.get('do');
  if (told === null) return;
  if (days[told]) days[told]();
  else if (told !== 'count') day = told;
  response.end(String(asked));
});
server.on('request', (request, response) => response.writableEnded || response.end(closed.get(new URL(request.url, 'http://x').searchParams.get('id')) ?? ''));
server.on('upgrade', (request, socket, head) => {
  const url = new URL(request.url, 'http://x');
  const shape = url.pathname.slice(1);
  if (/^\d+$/.test(shape)) {
    socket.end(`HTTP/1.1 ${shape} Refused\r\nRetry-After: 3\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nsorry!`);
    return;
  }

  if (shape === 'venue') asked++;
  if (shape === 'venue' && day === 'mute-upgrade') return;
  const wss = url.searchParams.has('deflate') ? deflating : plain;
  wss.handleUpgrade(request, socket, head, ws => {
    ws.on('error', () => {});
    if (shape === 'venue') {
      venues.add(ws);
      ws.on('close', () => venues.delete(ws));
    }
    shapes[shape](ws, url.searchParams);
  });
});
server.listen(Number(process.argv[3] ?? 0), process.argv[2] ?? '127.0.0.1', () => console.log(server.address().port));
// The server lives as long as the test that started it.
process.stdin.on('end', () => process.exit(0)).resume();
