const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb");

const db = new DynamoDBClient({});

exports.handler = async (event) => {
  const id = event.pathParameters.id;
  const found = await db.send(new GetItemCommand({ TableName: process.env.TABLE_NAME, Key: { id: { S: id } } }));
  return { statusCode: found.Item ? 200 : 404, body: JSON.stringify(found.Item ?? {}) };
};
