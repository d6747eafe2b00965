// The peer: Express as everybody writes it, with express.json(), verifying nothing and keeping nothing.
import express from 'express';

const app = express();
app.use(express.json());
app.post('/hooks/bench', (request, response) => {
  response.json({ received: true, events: [{ id: request.body.data.message.id }] });
});
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
