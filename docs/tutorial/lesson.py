from keras.applications.resnet50 import ResNet50
from keras.datasets import cifar10
from keras.layers import Dense, Dropout, GlobalAveragePooling2D
from keras.models import Model
from keras.optimizers import Adam
from keras.utils import np_utils

(x_train, y_train), (x_test, y_test) = cifar10.load_data()
y_train = np_utils.to_categorical(y_train, 10)

base = ResNet50(weights='imagenet', include_top=False, input_shape=(32, 32, 3), classes=10)
x = GlobalAveragePooling2D()(base.output)
x = Dense(output_dim=128, activation='relu')(x)
x = Dropout(p=0.1)(x)
predictions = Dense(output_dim=10, activation='softmax')(x)
model = Model(input=base.input, output=predictions)
print(len(model.layers))

for layer in model.layers[:100]:
    layer.trainable = False

model.compile(optimizer=Adam(lr=0.001, decay=1e-6), loss='categorical_crossentropy', metrics=['accuracy'])
model.fit(x_train, y_train, batch_size=64, nb_epoch=10, validation_data=(x_test, y_test))
