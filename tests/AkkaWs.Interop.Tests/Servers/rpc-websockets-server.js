// A server of rpc-websockets; prints its port and ends with its input.
const { Server } = require('rpc-websockets');

const server = new Server({ port: 0, host: '127.0.0.1' });
server.setAuth(({ user, password }) => user === 'me' && password === 'right');
server.register('subtract', params => Array.isArray(params) ? params[0] - params[1] : params.minuend - params.subtrahend);
server.register('fail', () => { throw new Error('on purpose'); });
server.register('secret', () => 42).protected();
server.register('tick', ([count]) => { for (let i = 1; i <= count; i++) server.emit('ticks', i); return count; });
server.event('ticks');
server.event('trades');
server.on('listening', () => console.log(server.wss.address().port));
process.stdin.on('end', () => process.exit()).resume();
