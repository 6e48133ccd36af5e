// Drives npm's ccxt against a server and tells on stdout, a line of JSON each, what it is content or discontent with:
//   node ccxt-client.js bybit|okx|binance|deribit ws://127.0.0.1:PORT KEY SECRET PASSPHRASE trades,ticker,book,candles
// A line "order" on stdin places an order; the end of stdin ends the script.
'use strict';
const readline = require('readline');
const ccxt = require('ccxt');

const [venue, base, apiKey, secret, password, watched] = process.argv.slice(2);
const say = (event, detail) => console.log(JSON.stringify({ event, detail: detail === undefined ? '' : String(detail) }));
const complain = (what, error) => say('complaint', `${what}: ${error instanceof Error ? error.stack : error}`);
process.on('unhandledRejection', (error) => complain('unhandled', error));
process.on('uncaughtException', (error) => complain('uncaught', error));

// Its own name of what is watched, and what it is to ask the venue for: the rest of a venue's markets is not simulated.
const venues = {
  bybit: {
    symbol: 'BTC/USDT:USDT',
    options: { fetchMarkets: { types: ['linear'] }, enableUnifiedMargin: false, enableUnifiedAccount: true, unifiedMarginStatus: 5 },
  },
  okx: { symbol: 'BTC/USDT', options: { fetchMarkets: { types: ['spot'] } } },
  binance: { symbol: 'BTC/USDT', options: { fetchMarkets: { types: ['spot'] }, fetchMargins: false } },
  deribit: { symbol: 'BTC/USD:BTC', options: {} },
};
const { symbol, options } = venues[venue];
const exchange = new ccxt.pro[venue]({ apiKey, secret, password, newUpdates: true, options });
exchange.has.fetchCurrencies = false;

// Every address of the venue becomes the server's, whatever its path.
const local = (urls) =>
  typeof urls === 'string'
    ? urls.replace(/^https?:\/\/[^/]+/, base.replace(/^ws/, 'http')).replace(/^wss?:\/\/[^/]+/, base)
    : Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, local(url)]));
exchange.urls.api = local(exchange.urls.api);

const isTrades = (trades) => trades.every((trade) => trade.symbol === symbol && trade.price > 0);
const isTicker = (ticker) => ticker.symbol === symbol && ticker.last > 0;
const isBook = ({ bids, asks }) => bids.length > 0 && asks.length > 0 && bids[0][0] < asks[0][0];
const isCandle = ([[start, open, high, low, close]]) => start > 0 && low <= Math.min(open, close) && Math.max(open, close) <= high;

const feeds = {
  trades: [isTrades, () => exchange.watchTrades(symbol)],
  ticker: [isTicker, () => exchange.watchTicker(symbol)],
  book: [isBook, () => exchange.watchOrderBook(symbol)],
  candles: [isCandle, () => exchange.watchOHLCV(symbol, '1m')],
};

// Tells when it has been right for a while, and goes on: what comes later may still be objected to.
async function watch(what) {
  const [isRight, next] = feeds[what];
  try {
    for (let count = 0; ; count++) {
      const seen = await next();
      if (!isRight(seen)) {
        complain(what, JSON.stringify(seen));
        return;
      }
      if (count === 20) {
        say('update', what);
      }
    }
  } catch (error) {
    complain(what, error);
  }
}

async function watchOrders() {
  try {
    for (;;) {
      for (const order of await exchange.watchOrders(symbol)) {
        say('order', order.status);
      }
    }
  } catch (error) {
    complain('orders', error);
  }
}

async function run() {
  await exchange.loadHttpProxyAgent(); // which it wants for addresses without TLS
  await exchange.loadMarkets();
  say('markets', exchange.symbols.includes(symbol));
  watched.split(',').forEach(watch);
  if (venue === 'deribit') {
    await exchange.authenticate(); // it orders over HTTP alone, so that nothing else shows the login
    say('authenticated');
    return;
  }
  watchOrders();
}

const order = async () => (await exchange.createOrderWs(symbol, 'limit', 'buy', 0.1, 30000)).id;
run().catch((error) => complain('run', error));
readline
  .createInterface({ input: process.stdin })
  .on('line', () => order().then((id) => say('ordered', id), (error) => complain('ordering', error)))
  .on('close', () => process.exit(0));
