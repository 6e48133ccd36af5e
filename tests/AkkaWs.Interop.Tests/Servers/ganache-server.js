// A chain of ganache's; prints its port and ends with its input.
const ganache = require('ganache');

const server = ganache.server({ logging: { quiet: true }, wallet: { totalAccounts: 1 } });
server.listen(0, '127.0.0.1').then(() => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
