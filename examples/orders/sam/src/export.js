const { DynamoDBClient, ScanCommand } = require("@aws-sdk/client-dynamodb");

const db = new DynamoDBClient({});

exports.handler = async () => {
  const all = await db.send(new ScanCommand({ TableName: process.env.TABLE_NAME }));
  await fetch("https://warehouse.example.com/import", { method: "POST", body: JSON.stringify(all.Items) });
};
