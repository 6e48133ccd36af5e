// Drives npm's bybit-api, okx-api or binance against a server and tells on stdout, a line of JSON each, what it is content or discontent with:
//   node venue-client.js bybit|okx|binance ws://127.0.0.1:PORT KEY SECRET PASSPHRASE
// A line "order" on stdin places an order; the end of stdin ends the script.
'use strict';
const path = require('path');
const readline = require('readline');

const [venue, base, key, secret, passphrase] = process.argv.slice(2);
const say = (event, detail) => console.log(JSON.stringify({ event, detail: detail === undefined ? '' : String(detail) }));
const words = (part) => (part instanceof Error ? part.stack : typeof part === 'string' ? part : JSON.stringify(part, (name, value) => (name === 'ws' || name === 'target' ? undefined : value)));
const complain = (...parts) => say('complaint', parts.map(words).join(' '));
const logger = { trace() {}, info() {}, error: complain };
process.on('unhandledRejection', complain);
process.on('uncaughtException', complain);

const internals = (name, file) => require(path.join(path.dirname(require.resolve(name)), ...file));
const topicsSeen = new Set();

// Tells of each topic once per connection, so that a reconnect shows.
const updated = (topic) => {
  if (!topicsSeen.has(topic)) {
    topicsSeen.add(topic);
    say('update', topic);
  }
};

function watch(client) {
  client.on('open', ({ wsKey }) => say('open', wsKey));
  client.on('authenticated', ({ wsKey }) => say('authenticated', wsKey));
  client.on('reconnect', () => topicsSeen.clear());
  client.on('reconnecting', () => topicsSeen.clear());
  client.on('reconnected', ({ wsKey }) => say('reconnected', wsKey));
  client.on('exception', (error) => complain('exception', error));
}

const venues = {
  bybit() {
    const { WebsocketClient } = require('bybit-api');
    const urls = internals('bybit-api', ['util', 'websockets', 'websocket-util.js']).WS_BASE_URL_MAP;
    urls.v5.private.livenet = `${base}/v5/private`;
    urls.v5PrivateTrade.private.livenet = `${base}/v5/trade`;
    urls.v5LinearPublic.public.livenet = `${base}/v5/public/linear`;
    const client = new WebsocketClient({ key, secret, market: 'v5', pingInterval: 500, pongTimeout: 20000, reconnectTimeout: 100 }, logger);
    watch(client);
    client.on('response', (response) => response.op === 'subscribe' && response.success && say('subscribed', response.wsKey));
    client.on('update', (message) => updated(message.topic));
    client.subscribeV5(['publicTrade.BTCUSDT', 'orderbook.50.BTCUSDT', 'tickers.BTCUSDT', 'kline.1.BTCUSDT'], 'linear');
    client.subscribeV5(['order', 'wallet'], 'linear');
    return async () => {
      const answer = await client.sendWSAPIRequest('v5PrivateTrade', 'order.create', { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '0.1', price: '30000' });
      return answer.data.orderId;
    };
  },
  okx() {
    const { WebsocketClient } = require('okx-api');
    const urls = internals('okx-api', ['util', 'websocket-util.js']).WS_BASE_URL_MAP;
    for (const socket of ['public', 'private', 'business'])
      urls.GLOBAL.live[socket] = `${base}/ws/v5/${socket}`;
    const account = { apiKey: key, apiSecret: secret, apiPass: passphrase };
    const client = new WebsocketClient({ accounts: [account], pingInterval: 500, pongTimeout: 20000, reconnectTimeout: 100 }, logger);
    watch(client);
    client.on('response', (response) => response.event === 'subscribe' && say('subscribed', response.arg.channel));
    client.on('update', (message) => message.arg && updated(message.arg.channel));
    const market = ['trades', 'books', 'tickers', 'candle1m'].map((channel) => ({ channel, instId: 'BTC-USDT' }));
    client.subscribe([...market, { channel: 'orders', instType: 'ANY' }]);
    return async () => {
      const answer = await client.sendWSAPIRequest('prodPrivate', 'order', { instIdCode: 10458, tdMode: 'cash', side: 'buy', ordType: 'limit', sz: '0.1', px: '30000' });
      return answer.data[0].ordId;
    };
  },
  binance() {
    const { WebsocketClient, WebsocketAPIClient } = require('binance');
    // It tells of a subscription that it repeats as of an error.
    const patient = { ...logger, error: (...parts) => /resubscribing to user data stream/.test(parts[0]) || complain(...parts) };
    const client = new WebsocketClient({ wsUrl: base, reconnectTimeout: 100 }, logger);
    watch(client);
    client.on('response', (response) => response.result === null && say('subscribed', response.wsKey));
    client.on('message', (message) => updated(message.stream ?? message.streamName ?? message.e));
    client.subscribe(['btcusdt@trade', 'btcusdt@ticker', 'btcusdt@depth@100ms', 'btcusdt@kline_1m'], 'main');
    const api = new WebsocketAPIClient(
      { api_key: key, api_secret: secret, wsUrl: base, reconnectTimeout: 100, resubscribeUserDataStreamDelaySeconds: 0, attachEventListeners: false, muteLatencyWarning: true },
      patient,
    );
    watch(api.getWSClient());
    api.getWSClient().on('message', (message) => say('update', (message.event ?? message).e));
    api.subscribeUserDataStream('mainWSAPI').then((answer) => say('subscribed', answer.wsKey), complain);
    return async () => {
      const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '30000' };
      const answer = await api.submitNewSpotOrder({ ...order, timestamp: Date.now() });
      return answer.result.orderId;
    };
  },
};

const order = venues[venue]();
readline
  .createInterface({ input: process.stdin })
  .on('line', () => order().then((id) => say('ordered', id), (error) => complain('order', error)))
  .on('close', () => process.exit(0));
