const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const { S3Client, PutObjectCommand } = require("@aws-sdk/client-s3");

const db = new DynamoDBClient({});
const s3 = new S3Client({});

exports.handler = async (event) => {
  for (const record of event.Records) {
    const order = JSON.parse(record.body);
    await db.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: { id: { S: String(order.id) } } }));
    await s3.send(new PutObjectCommand({ Bucket: process.env.RECEIPTS, Key: `${order.id}.txt`, Body: record.body }));
  }
};
