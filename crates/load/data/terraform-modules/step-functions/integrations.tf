locals {
  # Statements by integration and part: what Step Functions documents for each service.
  # https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
  integrations = {
    lambda = {
      lambda = { actions = ["lambda:InvokeFunction"] }
    }
    sns = {
      sns = { actions = ["sns:Publish"] }
    }
    sqs = {
      sqs = { actions = ["sqs:SendMessage"] }
    }
    xray = {
      xray = {
        actions = [
          "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
        ]
        resources = ["*"]
      }
    }
    athena_StartQueryExecution_Sync = {
      athena = {
        actions = [
          "athena:startQueryExecution", "athena:stopQueryExecution", "athena:getQueryExecution",
          "athena:getDataCatalog",
        ]
      }
      s3 = {
        actions = [
          "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads",
          "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload", "s3:CreateBucket", "s3:PutObject",
        ]
        resources = ["arn:aws:s3:::*"]
      }
      glue = {
        actions = [
          "glue:CreateDatabase", "glue:GetDatabase", "glue:GetDatabases", "glue:UpdateDatabase",
          "glue:DeleteDatabase", "glue:CreateTable", "glue:UpdateTable", "glue:GetTable", "glue:GetTables",
          "glue:DeleteTable", "glue:BatchDeleteTable", "glue:BatchCreatePartition", "glue:CreatePartition",
          "glue:UpdatePartition", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition",
          "glue:DeletePartition", "glue:BatchDeletePartition",
        ]
      }
      lakeformation = { actions = ["lakeformation:GetDataAccess"], resources = ["*"] }
    }
    athena_StartQueryExecution = {
      athena = { actions = ["athena:startQueryExecution", "athena:getDataCatalog"] }
      s3 = {
        actions = [
          "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads",
          "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload", "s3:CreateBucket", "s3:PutObject",
        ]
        resources = ["arn:aws:s3:::*"]
      }
      glue = {
        actions = [
          "glue:CreateDatabase", "glue:GetDatabase", "glue:GetDatabases", "glue:UpdateDatabase",
          "glue:DeleteDatabase", "glue:CreateTable", "glue:UpdateTable", "glue:GetTable", "glue:GetTables",
          "glue:DeleteTable", "glue:BatchDeleteTable", "glue:BatchCreatePartition", "glue:CreatePartition",
          "glue:UpdatePartition", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition",
          "glue:DeletePartition", "glue:BatchDeletePartition",
        ]
      }
      lakeformation = { actions = ["lakeformation:GetDataAccess"], resources = ["*"] }
    }
    athena_StopQueryExecution = {
      athena = { actions = ["athena:stopQueryExecution"] }
    }
    athena_GetQueryExecution = {
      athena = { actions = ["athena:stopQueryExecution"] }
    }
    athena_GetQueryResults = {
      athena = { actions = ["athena:getQueryResults"] }
      s3 = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::*"] }
    }
    batch_Sync = {
      batch = { actions = ["batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob"], resources = ["*"] }
      events = {
        actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        resources = ["arn:aws:events:${local.region}:${local.account}:rule/StepFunctionsGetEventsForBatchJobsRule"]
      }
    }
    batch_WaitForTaskToken = {
      batch = { actions = ["batch:SubmitJob"], resources = ["*"] }
    }
    dynamodb = {
      dynamodb = { actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"] }
    }
    ecs_Sync = {
      ecs = { actions = ["ecs:RunTask"] }
      ecs_Wildcard = { actions = ["ecs:StopTask", "ecs:DescribeTasks"], resources = ["*"] }
      iam_PassRole = {
        actions = ["iam:PassRole"]
        condition = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["ecs-tasks.amazonaws.com"] }]
      }
      events = {
        actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        resources = ["arn:aws:events:${local.region}:${local.account}:rule/StepFunctionsGetEventsForECSTaskRule"]
      }
    }
    ecs_WaitForTaskToken = {
      ecs = { actions = ["ecs:RunTask"] }
      iam_PassRole = {
        actions = ["iam:PassRole"]
        condition = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["ecs-tasks.amazonaws.com"] }]
      }
    }
    glue_Sync = {
      glue = {
        actions = ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"]
        resources = ["*"]
      }
    }
    glue_WaitForTaskToken = {
      glue = { actions = ["glue:StartJobRun"], resources = ["*"] }
    }
    sagemaker_CreateTrainingJob_Sync = {
      sagemaker = {
        actions = ["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"]
      }
      sagemaker_Wildcard = { actions = ["sagemaker:ListTags"], resources = ["*"] }
      sagemaker_IamPassRole = {
        actions = ["iam:PassRole"]
        condition = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] }]
      }
      events = { actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"] }
    }
    sagemaker_CreateTrainingJob_WaitForTaskToken = {
      sagemaker = { actions = ["sagemaker:CreateTrainingJob"] }
      sagemaker_Wildcard = { actions = ["sagemaker:ListTags"], resources = ["*"] }
      sagemaker_IamPassRole = {
        actions = ["iam:PassRole"]
        condition = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] }]
      }
    }
    sagemaker_CreateTransformJob_Sync = {
      sagemaker = {
        actions = ["sagemaker:CreateTransformJob", "sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"]
      }
      sagemaker_Wildcard = { actions = ["sagemaker:ListTags"], resources = ["*"] }
      sagemaker_IamPassRole = {
        actions = ["iam:PassRole"]
        condition = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] }]
      }
      events = {
        actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        resources = ["arn:aws:events:${local.region}:${local.account}:rule/StepFunctionsGetEventsForSageMakerTransformJobsRule"]
      }
    }
    sagemaker_CreateTransformJob_WaitForTaskToken = {
      sagemaker = { actions = ["sagemaker:CreateTransformJob"] }
      sagemaker_Wildcard = { actions = ["sagemaker:ListTags"], resources = ["*"] }
      sagemaker_IamPassRole = {
        actions = ["iam:PassRole"]
        condition = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] }]
      }
    }
    emr_AddStep = {
      emr = {
        actions = ["elasticmapreduce:AddJobFlowSteps", "elasticmapreduce:DescribeStep", "elasticmapreduce:CancelSteps"]
      }
      events = {
        actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        resources = ["arn:aws:events:${local.region}:${local.account}:rule/StepFunctionsGetEventForEMRAddJobFlowStepsRule"]
      }
    }
    emr_CancelStep = {
      emr = { actions = ["elasticmapreduce:CancelSteps"] }
    }
    emr_CreateCluster = {
      emr = {
        actions = [
          "elasticmapreduce:RunJobFlow", "elasticmapreduce:DescribeCluster", "elasticmapreduce:TerminateJobFlows",
        ]
        resources = ["*"]
      }
      iam_PassRole = { actions = ["iam:PassRole"] }
      events = {
        actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        resources = ["arn:aws:events:${local.region}:${local.account}:rule/StepFunctionsGetEventForEMRRunJobFlowRule"]
      }
    }
    emr_SetClusterTerminationProtection = {
      emr = { actions = ["elasticmapreduce:SetTerminationProtection"] }
    }
    emr_ModifyInstanceFleetByName = {
      emr = { actions = ["elasticmapreduce:ModifyInstanceFleet", "elasticmapreduce:ListInstanceFleets"] }
    }
    emr_ModifyInstanceGroupByName = {
      emr = { actions = ["elasticmapreduce:ModifyInstanceGroups", "elasticmapreduce:ListInstanceGroups"] }
    }
    emr_TerminateCluster = {
      emr = { actions = ["elasticmapreduce:TerminateJobFlows", "elasticmapreduce:DescribeCluster"] }
      events = { actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"] }
    }
    codebuild_StartBuild_Sync = {
      codebuild = { actions = ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"] }
      events = { actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"] }
    }
    codebuild_StartBuild = {
      codebuild = { actions = ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"] }
    }
    codebuild_StopBuild = {
      codebuild = { actions = ["codebuild:StopBuild"] }
    }
    codebuild_BatchDeleteBuilds = {
      codebuild = { actions = ["codebuild:BatchDeleteBuilds"] }
    }
    codebuild_BatchGetReports = {
      codebuild = { actions = ["codebuild:BatchGetReports"] }
    }
    eks_CreateCluster = {
      eks = { actions = ["eks:CreateCluster"], resources = ["*"] }
      eks_Wildcard = { actions = ["eks:DescribeCluster", "eks:DeleteCluster"] }
      eks_IamPassRole = {
        actions = ["iam:PassRole"]
        condition = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["eks.amazonaws.com"] }]
      }
    }
    eks_CreateNodeGroup = {
      eks = { actions = ["ec2:DescribeSubnets", "eks:CreateNodegroup"], resources = ["*"] }
      eks_Wildcard = { actions = ["eks:DescribeNodegroup", "eks:DeleteNodegroup"] }
      iam_Role = { actions = ["iam:GetRole", "iam:ListAttachedRolePolicies"] }
      eks_IamPassRole = {
        actions = ["iam:PassRole"]
        condition = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["eks.amazonaws.com"] }]
      }
    }
    eks_DeleteCluster = {
      eks = { actions = ["eks:DeleteCluster", "eks:DescribeCluster"] }
    }
    eks_DeleteNodegroup = {
      eks = { actions = ["eks:DeleteNodegroup", "eks:DescribeNodegroup"] }
    }
    apigateway = {
      apigateway = { actions = ["execute-api:Invoke"] }
    }
    stepfunction_Sync = {
      stepfunction = { actions = ["states:StartSyncExecution"] }
      stepfunction_Wildcard = { actions = ["states:DescribeExecution", "states:StopExecution"] }
      events = {
        actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        resources = ["arn:aws:events:${local.region}:${local.account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"]
      }
    }
    stepfunction = {
      stepfunction = { actions = ["states:StartExecution"] }
    }
    eventbridge = {
      eventbridge = { actions = ["events:PutEvents"], resources = ["*"] }
    }
    no_tasks = {
      deny_all = { effect = "Deny", actions = ["*"], resources = ["*"] }
    }
  }
}
